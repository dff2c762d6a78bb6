/**
 * Model folders in the Hugging Face layout: what {@code config.json} says, the tensors in
 * safetensors files, the tokenizer. Everything is checked before anything is computed, and every
 * complaint names the file, the thing in it, the rule and the value.
 */
@NullMarked
package io.github.tess2.runtime.checkpoint;

import org.jspecify.annotations.NullMarked;
