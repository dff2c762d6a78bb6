/**
 * The built-in prompt caches, one per file, found by name through {@link
 * io.github.tess2.spi.Plugins}.
 */
@NullMarked
package io.github.tess2.runtime.cache;

import org.jspecify.annotations.NullMarked;
