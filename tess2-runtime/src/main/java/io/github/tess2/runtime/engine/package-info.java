/**
 * PyTorch in this process: how it is found, unpacked, started and told how many threads to use, and
 * how memory goes back to the system.
 */
@NullMarked
package io.github.tess2.runtime.engine;

import org.jspecify.annotations.NullMarked;
