package org.corehours.core.hardware;

/**
 * How a chip, a core and what a framework calls a device relate. They differ on TPUs, and papers count any of the
 * three: a TPU v3 chip has two cores and shows as two devices; a v4 or v5p chip has two cores and shows as one device
 * ("megacore"); a v5e or v6e chip has one core. On a GPU all three are the same.
 *
 * @param coresPerChip what the vendor calls cores of one chip: TensorCores on a TPU
 * @param devicesPerChip devices as JAX or PyTorch list them, per chip
 */
public record ChipLayout(int coresPerChip, int devicesPerChip) {

    /** A chip that is one core and one device. */
    public static final ChipLayout ONE = new ChipLayout(1, 1);

    /** @throws IllegalArgumentException if a count is below one or the cores do not divide into the devices */
    public ChipLayout {
        if (coresPerChip < 1 || devicesPerChip < 1) {
            throw new IllegalArgumentException("A chip has at least one core and one device, not " + coresPerChip
                    + " cores and " + devicesPerChip + " devices.");
        }
        if (coresPerChip % devicesPerChip != 0) {
            throw new IllegalArgumentException("The cores of a chip (" + coresPerChip
                    + ") must divide evenly into its devices (" + devicesPerChip + ").");
        }
    }

    /** {@return how many cores work as one device} */
    public int coresPerDevice() {
        return coresPerChip / devicesPerChip;
    }

    /**
     * The chips that hold a number of cores.
     *
     * @param cores the cores
     * @return the chips
     * @throws IllegalArgumentException if the cores do not fill whole chips
     */
    public int chipsOfCores(int cores) {
        return whole(cores, coresPerChip, "cores", "chips");
    }

    /**
     * The devices that a framework lists for a number of cores.
     *
     * @param cores the cores
     * @return the devices
     * @throws IllegalArgumentException if the cores do not fill whole devices
     */
    public int devicesOfCores(int cores) {
        return whole(cores, coresPerDevice(), "cores", "devices");
    }

    /**
     * The chips that show as a number of devices.
     *
     * @param devices the devices
     * @return the chips
     * @throws IllegalArgumentException if the devices do not fill whole chips
     */
    public int chipsOfDevices(int devices) {
        return whole(devices, devicesPerChip, "devices", "chips");
    }

    /**
     * The devices that a framework lists for a number of chips.
     *
     * @param chips the chips
     * @return the devices
     */
    public int devicesOfChips(int chips) {
        return Math.multiplyExact(chips, devicesPerChip);
    }

    /**
     * The cores of a number of devices.
     *
     * @param devices the devices
     * @return the cores
     */
    public int coresOfDevices(int devices) {
        return Math.multiplyExact(devices, coresPerDevice());
    }

    private static int whole(int count, int perUnit, String what, String units) {
        if (count < 1 || count % perUnit != 0) {
            throw new IllegalArgumentException("The " + what + " (" + count + ") must fill whole " + units + " of "
                    + perUnit + " " + what + " each. Maybe the count is of " + units + " already.");
        }
        return count / perUnit;
    }
}
