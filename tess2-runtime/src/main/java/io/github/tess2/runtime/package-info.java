/** The implementation on PyTorch; nothing here is public API. */
@NullMarked
package io.github.tess2.runtime;

import org.jspecify.annotations.NullMarked;
