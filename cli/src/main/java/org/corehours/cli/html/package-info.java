/**
 * Documents as pages: one file with all it needs, which reads as text and tables where scripts do not run. What stands
 * in a page is decided elsewhere; nothing is computed here.
 */
@NullMarked
package org.corehours.cli.html;

import org.jspecify.annotations.NullMarked;
