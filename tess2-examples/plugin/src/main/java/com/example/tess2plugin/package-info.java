/**
 * A plugin as a third party writes it: its own package, its own jar, only the API to compile
 * against.
 */
package com.example.tess2plugin;
