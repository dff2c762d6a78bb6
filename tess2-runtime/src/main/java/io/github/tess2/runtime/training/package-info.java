/** The training stages: data, masks and noise, parameters, and the loop around the graph. */
@NullMarked
package io.github.tess2.runtime.training;

import org.jspecify.annotations.NullMarked;
