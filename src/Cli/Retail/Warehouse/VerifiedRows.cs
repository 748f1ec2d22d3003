using System.Text.Json;
using Orrery.Cli.Management;

namespace Orrery.Cli.Retail.Warehouse;

/// <summary>Rows of a live view as texts that can be compared with those of other places.</summary>
sealed class VerifiedRows(ApiSession api, string tenant)
{
    const int PageRows = 10_000;

    /// <summary>All rows of a view, in pages by an order of all columns.</summary>
    /// <param name="columns">How many columns it has.</param>
    /// <exception cref="ApiRefusedException">It cannot be asked.</exception>
    public async Task<List<string>> ReadAsync(string view, int columns, CancellationToken cancellationToken)
    {
        var rows = new List<string>();
        string order = string.Join(", ", Enumerable.Range(1, columns));
        while (true)
        {
            var question = new { text = $"SELECT * FROM {view} ORDER BY {order} LIMIT {PageRows} OFFSET {rows.Count}", rowsLimit = PageRows };
            JsonElement result = (await api.SendAsync(HttpMethod.Post, $"tenants/{Uri.EscapeDataString(tenant)}/sql", question, cancellationToken)).GetProperty("results")[0];
            string[] types = [.. result.GetProperty("columns").EnumerateArray().Select(static column => column.GetProperty("type").GetString()!)];
            Take(result, types, rows);
            if (result.GetProperty("rows").GetArrayLength() < PageRows)
                break;
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    static void Take(JsonElement result, string[] types, List<string> rows)
    {
        foreach (JsonElement row in result.GetProperty("rows").EnumerateArray())
            rows.Add(RowTexts.Join(row.EnumerateArray().Select((value, place) => RowTexts.Of(value, types[place]))));
    }
}
