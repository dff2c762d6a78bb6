/** Reward models: learned rewards that guidance climbs and candidates are chosen by. */
@NullMarked
package io.github.tess2.runtime.reward;

import org.jspecify.annotations.NullMarked;
