/**
 * The estimates and audits of the commands as local pages and as JSON over HTTP. A request reaches an evaluation only
 * through {@link org.corehours.cli.serve.Gate} and {@link org.corehours.cli.serve.Query}; nothing it says is a path of a
 * file, and nothing here computes: that is left to an {@link org.corehours.cli.serve.Evaluator}.
 */
@NullMarked
package org.corehours.cli.serve;

import org.jspecify.annotations.NullMarked;
