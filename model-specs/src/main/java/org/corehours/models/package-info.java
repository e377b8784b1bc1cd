/**
 * What a model is: a network with a name, and a method that trains or runs one. Papers, recipes and devices have no
 * place here.
 */
@NullMarked
package org.corehours.models;

import org.jspecify.annotations.NullMarked;
