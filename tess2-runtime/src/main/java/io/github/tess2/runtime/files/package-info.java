/**
 * What the messages say about files that cannot be used, and about text in them that is no JSON.
 */
@NullMarked
package io.github.tess2.runtime.files;

import org.jspecify.annotations.NullMarked;
