/** What the address of Morph and "Copy link" say of it. */

import { shareLink } from "../../link.js";
import { workspaceSettings } from "../../workspace.js";

/**
 * @param {import("../../types.js").MorphProps} props
 * @param {import("../../current_code.js").Code} code
 * @param {import("../../workspace.js").Workspace} workspace
 */
export function morphLink(props, { z, label }, workspace) {
  const projected = props.manifest.projections.find(({ name }) => name === workspace.inset);
  const own = projected ? { projection: projected.name } : {}; // the map shows the same as the inset
  return shareLink(props, z, label, { ...own, ...workspaceSettings(workspace) });
}
