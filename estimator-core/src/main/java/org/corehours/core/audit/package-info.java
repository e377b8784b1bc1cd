/**
 * Claims compared with estimates: verdicts, implied utilisation, and the assumption that decides. It judges
 * finished estimates and renders nothing.
 */
@NullMarked
package org.corehours.core.audit;

import org.jspecify.annotations.NullMarked;
