/** A checkpoint's weights on a device, and the forward pass over them. */
@NullMarked
package io.github.tess2.runtime.model;

import org.jspecify.annotations.NullMarked;
