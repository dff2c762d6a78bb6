/**
 * How the shipped model and its reward model are trained: the {@link
 * io.github.tess2.examples.recipe.RecipeStage stages}, each with its data, and the {@link
 * io.github.tess2.examples.recipe.RecipePreset settings} of each stage for a CPU and for a GPU. The
 * command {@code tess2 recipe} runs the stages.
 */
@NullMarked
package io.github.tess2.examples.recipe;

import org.jspecify.annotations.NullMarked;
