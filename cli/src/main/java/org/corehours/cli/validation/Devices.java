package org.corehours.cli.validation;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.quantity.NameSuggestions;
import org.corehours.core.timing.KernelTimer;
import org.corehours.hardware.HardwareCatalog;

/**
 * The accelerators that names in tables stand for: ids and names of the catalogue, and what drivers call a device
 * ({@code nvidia-smi}, {@code torch.cuda.get_device_name}).
 */
final class Devices {

    /** Names of drivers, without "NVIDIA", "Tesla" and "GeForce", that the catalogue spells otherwise. */
    private static final Map<String, String> DRIVER_NAMES = Map.ofEntries(
            Map.entry("h10080gbhbm3", "h100-sxm5-80gb"),
            Map.entry("h100pcie", "h100-pcie-80gb"),
            Map.entry("h200", "h200-sxm5-141gb"),
            Map.entry("gh200480gb", "gh200-96gb"),
            Map.entry("a10080gbpcie", "a100-pcie-80gb"),
            Map.entry("a10", "a10g"),
            Map.entry("rtxa6000", "a6000"),
            Map.entry("instinctmi300x", "mi300x"),
            Map.entry("instinctmi250", "mi250"),
            Map.entry("instinctmi210", "mi210"),
            Map.entry("instinctmi100", "mi100"),
            Map.entry("v100sxm216gb", "v100-sxm2-16gb"),
            Map.entry("v100sxm232gb", "v100-sxm2-32gb"));

    private static final Devices BUILT_IN = new Devices(HardwareCatalog.builtIn());

    private final HardwareCatalog catalog;
    private final Map<String, String> ids = new LinkedHashMap<>();
    private final Map<String, KernelTimer> timers = new ConcurrentHashMap<>();

    private Devices(HardwareCatalog catalog) {
        this.catalog = catalog;
        for (HardwareCatalog.Entry each : catalog.accelerators()) {
            ids.put(NameSuggestions.essence(each.id()), each.id());
            ids.putIfAbsent(withoutMaker(each.name()), each.id());
        }
        DRIVER_NAMES.forEach(ids::putIfAbsent);
    }

    static Devices builtIn() {
        return BUILT_IN;
    }

    HardwareCatalog catalog() {
        return catalog;
    }

    /** The id of the accelerator that a name of a driver, or of the catalogue, stands for. */
    String id(String name) throws NotCoveredException {
        String id = ids.get(withoutMaker(name));
        if (id == null) {
            throw new NotCoveredException("no accelerator is called", name);
        }
        return id;
    }

    /** The same, or the name itself if no known accelerator is called so. */
    String idOrName(String name) {
        String id = ids.get(withoutMaker(name));
        return id == null ? name : id;
    }

    Accelerator accelerator(String id) {
        return catalog.accelerator(id);
    }

    KernelTimer timer(String id) {
        return timers.computeIfAbsent(id, key -> KernelTimer.of(catalog.accelerator(key)));
    }

    private static String withoutMaker(String name) {
        return NameSuggestions.essence(name).replaceFirst("^(nvidia|amd|google)?(tesla|geforce)?", "");
    }
}
