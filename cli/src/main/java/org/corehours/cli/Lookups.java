package org.corehours.cli;

import org.corehours.hardware.Hardware;
import org.corehours.hardware.HardwareCatalog;
import org.corehours.hardware.UnknownHardwareException;
import org.corehours.models.Model;
import org.corehours.models.ModelCatalog;
import org.corehours.models.UnknownModelException;

/** Finds what the names on a command line stand for; a wrong name is wrong usage. */
final class Lookups {

    private Lookups() {}

    static Model model(String name) {
        try {
            return ModelCatalog.get(name);
        } catch (UnknownModelException e) {
            throw new UsageException(e.getMessage() + " See: corehours models", e);
        }
    }

    static Hardware hardware(String name) {
        try {
            return HardwareCatalog.builtIn().find(name);
        } catch (UnknownHardwareException e) {
            throw new UsageException(e.getMessage() + " See: corehours hardware", e);
        }
    }
}
