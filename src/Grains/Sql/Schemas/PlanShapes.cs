using Orrery.Interfaces.Sql;
using Orrery.Sql.Plans;

namespace Orrery.Grains.Sql.Schemas;

/// <summary>Plans as operators for people: inputs before those that read them.</summary>
static class PlanShapes
{
    public static IReadOnlyList<SqlOperator> Of(Plan plan)
    {
        // The printer writes a line a node, inputs below it and indented by two.
        var nodes = new List<SqlOperator>();
        var open = new List<(int Depth, int Id, string Text)>();
        int id = 0;
        foreach (string line in PlanPrinter.Explain(plan).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string text = line.TrimStart();
            open.Add(((line.Length - text.Length) / 2, ++id, text));
        }

        for (int index = open.Count - 1; index >= 0; index--)
        {
            (int depth, int own, string text) = open[index];
            var inputs = new List<int>();
            for (int below = index + 1; below < open.Count && open[below].Depth > depth; below++)
                if (open[below].Depth == depth + 1)
                    inputs.Add(open[below].Id);
            int space = text.IndexOf(' ', StringComparison.Ordinal);
            nodes.Add(new SqlOperator(own, space < 0 ? text : text[..space], space < 0 ? "" : text[(space + 1)..], inputs));
        }

        return nodes;
    }
}
