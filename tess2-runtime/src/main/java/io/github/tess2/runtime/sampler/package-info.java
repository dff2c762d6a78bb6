/** The built-in samplers, one a file. */
@NullMarked
package io.github.tess2.runtime.sampler;

import org.jspecify.annotations.NullMarked;
