/** What a tag function gets first: the literal parts of a template. */
export type Template = TemplateStringsArray

/** The same template always has the same array of parts: they are joined once. */
const keys = new WeakMap<Template, string>()

/** Whether a method was called as the tag of a template. */
export function isTemplate(value: unknown): value is Template {
  return Array.isArray(value) && Array.isArray((value as Partial<Template>).raw)
}

/**
 * The literal parts of a template, joined by NUL, which no Python source has: by this, Python knows a template again. The
 * values of a template never become source text.
 *
 * @throws TypeError for a template with an invalid escape, or with a NUL in it.
 */
export function keyOf(template: Template): string {
  const known = keys.get(template)
  if (known !== undefined) return known
  if (template.some((part) => part === undefined || part.includes('\0')))
    throw new TypeError('A Python template must have no NUL character and no invalid escape in it.')
  const key = template.join('\0')
  keys.set(template, key)
  return key
}
