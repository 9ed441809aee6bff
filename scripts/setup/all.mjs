/** All the set-up, in order. Each step does nothing when it is done already. */
import { prepareDefaultEnvironment } from './environment.mjs'
import { buildNative } from './native.mjs'
import { installPackages } from './packages.mjs'
import { compileLibrary } from './typescript.mjs'

/** npm packages, native addons, dist/, and `.venv` with the plugins' requirements. */
export function setup() {
  build()
  prepareDefaultEnvironment()
}

/** The part of it that needs no Python. */
export function build() {
  installPackages()
  buildNative()
  compileLibrary()
}
