using Orrery.Grains.Sql.Journals;
using Orrery.Grains.Sql.Schemas;

namespace Orrery.Grains.Sql.Running;

/// <summary>From the schema in force to the one that is ordered.</summary>
static class SchemaDifference
{
    /// <summary>
    /// What goes and what comes. Whatever reads something that changes is made anew with it, but tables, which keep their rows.
    /// </summary>
    public static (string[] Drop, SqlDefinition[] Make) Of(SchemaCatalog now, IReadOnlyList<SqlDefinition> wanted)
    {
        SchemaCatalog next = SchemaCatalog.After(now, wanted);
        var changed = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (SqlDefinition definition in now.Definitions)
            if (next.Find(definition.Name) != definition)
                changed.Add(definition.Name);
        foreach (SqlDefinition definition in next.Definitions)
            if (now.Find(definition.Name) is null)
                changed.Add(definition.Name);
        SqlDefinition[] formerOrder = Ordered(now), order = Ordered(next);
        // In the order of reading, so one pass finds all.
        foreach ((SchemaCatalog catalog, SqlDefinition[] definitions) in new[] { (now, formerOrder), (next, order) })
            foreach (SqlDefinition definition in definitions)
                if (definition.Kind != DefinitionKind.Table && catalog.TryBind(definition) is { } meaning && meaning.Names.Overlaps(changed))
                    changed.Add(definition.Name);
        return (
            [.. formerOrder.Reverse().Where(definition => changed.Contains(definition.Name)).Select(static definition => definition.Name)],
            [.. order.Where(definition => changed.Contains(definition.Name))]);
    }

    /// <summary>What is read before what reads it; else as they were made.</summary>
    static SqlDefinition[] Ordered(SchemaCatalog catalog)
    {
        var order = new List<SqlDefinition>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (SqlDefinition root in catalog.Definitions)
        {
            var open = new Stack<(SqlDefinition Definition, bool IsDone)>();
            open.Push((root, false));
            while (open.TryPop(out (SqlDefinition Definition, bool IsDone) item))
            {
                if (item.IsDone)
                {
                    order.Add(item.Definition);
                    continue;
                }

                if (!seen.Add(item.Definition.Name))
                    continue;
                open.Push((item.Definition, true));
                foreach (string name in catalog.TryBind(item.Definition)?.Names ?? new HashSet<string>())
                    if (catalog.Find(name) is { } read && !seen.Contains(read.Name))
                        open.Push((read, false));
            }
        }

        return [.. order];
    }
}
