/** Reward models: learned rewards, for guidance and for choosing among candidates. */
@NullMarked
package io.github.tess2.runtime.reward;

import org.jspecify.annotations.NullMarked;
