/**
 * The model's computation: TorchScript source in this package's resources, packed into an archive
 * by {@link io.github.tess2.runtime.graph.ScriptArchive} and called through {@link
 * io.github.tess2.runtime.graph.Graph}.
 */
@NullMarked
package io.github.tess2.runtime.graph;

import org.jspecify.annotations.NullMarked;
