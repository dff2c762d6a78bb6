/** Guidances and rewards that steer generation. */
@NullMarked
package io.github.tess2.guidance;

import org.jspecify.annotations.NullMarked;
