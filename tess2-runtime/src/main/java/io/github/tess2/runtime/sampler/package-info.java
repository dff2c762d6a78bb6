/** The built-in samplers, one per file. */
@NullMarked
package io.github.tess2.runtime.sampler;

import org.jspecify.annotations.NullMarked;
