package org.corehours.core.audit;

import java.util.List;

/**
 * Whether figures of one run that must agree do, before anything is estimated: units times hours against unit-hours.
 *
 * @param run the id of the run
 * @param hours the claim of elapsed time
 * @param total the claim of device-hours or core-hours
 * @param units devices or cores of the run, as the total counts them
 * @param product the units times the claimed hours
 * @param agrees whether the ranges that the printed figures stand for meet
 */
public record Arithmetic(String run, Claim hours, Claim total, long units, double product, boolean agrees) {

    static List<Arithmetic> of(List<Claim> claims, List<RunAudit> runs) {
        return runs.stream()
                .flatMap(run -> claims.stream()
                        .filter(hours -> isAbout(hours, run, Quantity.HOURS))
                        .flatMap(hours -> claims.stream()
                                .filter(total -> isAbout(total, run, Quantity.CORE_HOURS)
                                        || isAbout(total, run, Quantity.DEVICE_HOURS))
                                .map(total -> of(run, hours, total))))
                .toList();
    }

    private static boolean isAbout(Claim claim, RunAudit run, Quantity quantity) {
        return claim.run().equals(run.id())
                && claim.quantity() == quantity
                && claim.comparison() == Comparison.ABSOLUTE;
    }

    private static Arithmetic of(RunAudit run, Claim hours, Claim total) {
        var cluster = run.likeliest().plan().cluster();
        long units = total.quantity() == Quantity.CORE_HOURS
                ? cluster.accelerator().chip().coresOfDevices(cluster.devices())
                : cluster.devices();
        boolean agrees = hours.low() * units <= total.high() && total.low() <= hours.high() * units;
        return new Arithmetic(run.id(), hours, total, units, hours.value() * units, agrees);
    }
}
