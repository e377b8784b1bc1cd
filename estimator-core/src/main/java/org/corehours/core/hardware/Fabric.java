package org.corehours.core.hardware;

/** What joins devices faster than the network between machines does. */
public sealed interface Fabric permits NodeFabric, TorusFabric {

    /** {@return how many devices one such fabric joins at most} */
    int maxDevices();
}
