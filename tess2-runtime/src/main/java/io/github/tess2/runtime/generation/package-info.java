/** The denoising loop: from a request to its answer, one step at a time, many requests at once. */
@NullMarked
package io.github.tess2.runtime.generation;

import org.jspecify.annotations.NullMarked;
