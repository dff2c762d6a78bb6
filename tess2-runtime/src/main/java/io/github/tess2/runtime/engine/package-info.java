/**
 * PyTorch in this process: finding, unpacking and starting it, setting its number of threads, and
 * returning memory to the system.
 */
@NullMarked
package io.github.tess2.runtime.engine;

import org.jspecify.annotations.NullMarked;
