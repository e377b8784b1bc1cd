/**
 * Model families: how a name and its options become a graph of operators. Papers, recipes and devices have no
 * place here.
 */
@NullMarked
package org.corehours.models;

import org.jspecify.annotations.NullMarked;
