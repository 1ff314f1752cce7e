/** The language as the server tells it: what may be chosen where, and what new parts begin as. */

export class Language {
  constructor(grammar, vocabulary) {
    this.grammar = grammar;
    this.vocabulary = vocabulary;
    this.events = [...new Set([...Object.keys(vocabulary.events), ...Object.keys(grammar.events)])].sort();
  }

  /** The attributes that may be asked here, with their types; ``event`` narrows properties to it. */
  attributes(scope, event) {
    const families = this.grammar.families[scope];
    const known = Object.entries(this.vocabulary.attributes).filter(([path]) => families.includes(path.split(".")[0]));
    const all = Object.values(this.vocabulary.events).flat();
    const mine = scope === "where" ? (this.vocabulary.events[event] ?? all) : [];
    const types = Object.fromEntries(known);
    return Object.fromEntries([...new Set([...mine, ...known.map(([path]) => path)])].map((path) => [path, types[path] ?? null]));
  }

  typeOf(path) {
    return this.vocabulary.attributes[path] ?? null;
  }

  /** The operators of an attribute of this type: all that are not of events where it is unknown. */
  forType(type) {
    return this.#named((part) => !part.of_events && (!type || part.kinds.includes(type)));
  }

  /** The operators that a measure may be asked. */
  forMeasure(measure) {
    return this.#named((part) => part.measures.includes(measure));
  }

  forItems() {
    return this.#named((part) => part.of_items);
  }

  #named(wanted) {
    return Object.entries(this.grammar.operators).filter(([, part]) => wanted(part));
  }

  measureOf(leaf) {
    const { measure } = leaf;
    if (measure === undefined) return "count";
    return typeof measure === "string" ? measure : (Object.keys(measure)[0] ?? "count");
  }

  /** What a value of this shape begins as. */
  blank(schema, example) {
    if (!schema) return undefined;
    if (example !== undefined && example !== null && !isText(schema) && !isSingles(schema)) return example;
    if (schema.enum) return schema.enum[0];
    if (schema.type === "array") return [];
    if (schema.type === "object") return Object.fromEntries((schema.required ?? []).map((key) => [key, this.blank(schema.properties[key])]));
    if (schema.format === "length") return "24h";
    if (schema.type === "number" || schema.type === "integer") return schema.minimum ?? 1;
    return "";
  }

  /** The value that stays when the operator changes: the same one where it has the same shape. */
  kept(before, after, value) {
    const [old, now] = [this.grammar.operators[before], this.grammar.operators[after]];
    if (!now?.schema) return undefined;
    const same = old && JSON.stringify(old.schema) === JSON.stringify(now.schema);
    if (same && value !== undefined) return value;
    if (isSingles(now.schema) && ["string", "number", "boolean"].includes(typeof value) && value !== "") return [value];
    if (isSingle(now.schema) && Array.isArray(value) && value.length && typeof value[0] !== "object") return value[0];
    return this.blank(now.schema, now.example);
  }

  /** A new part of a kind, in a scope. */
  fresh(kind, scope) {
    const made = {
      attribute: () => ({ attribute: "", operator: "equals", value: "" }),
      event: () => ({ event: "" }),
      segment: () => ({ segment: "" }),
      group: () => ({ all: [] }),
      everyone: () => ({ everyone: true }),
      sequence: () => ({ sequence: [{ event: "" }, { event: "", within: "30m" }], within: "24h" }),
      same: () => ({ same: "properties.product_id", within: "24h", all: [{ event: "" }] }),
      has_been: () => ({ has_been: { all: [] }, for: "30m" }),
    };
    return made[kind](scope);
  }

  /** The kinds of parts that may be added here. */
  kinds(scope) {
    if (scope === "where") return ["attribute", "group", "everyone"];
    if (scope === "bound") return ["event", "group"];
    return ["attribute", "event", "segment", "group", "sequence", "same", "has_been", "everyone"];
  }
}

export const isText = (schema) => schema.type === "string" && schema.format !== "length" && !schema.pattern;
export const isSingle = (schema) => Array.isArray(schema.type);
export const isSingles = (schema) => schema.type === "array" && isSingle(schema.items ?? {});
