/** Guidance: what steers generation at inference time. */
@NullMarked
package io.github.tess2.guidance;

import org.jspecify.annotations.NullMarked;
