/**
 * Documents as pages, one file with all it needs, which reads as text and tables where scripts do not run; and their
 * charts as images. What stands in them is decided elsewhere; nothing is computed here.
 */
@NullMarked
package org.corehours.cli.html;

import org.jspecify.annotations.NullMarked;
