/**
 * What a machine is: accelerators, nodes, fabrics and the constants of their laws, as plain records. Nothing
 * here knows what runs on it, nor reads a file.
 */
@NullMarked
package org.corehours.core.hardware;

import org.jspecify.annotations.NullMarked;
