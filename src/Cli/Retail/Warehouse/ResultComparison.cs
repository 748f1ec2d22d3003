using System.Data.Common;
using System.Text.Json;
using Orrery.Cli.Management;
using Orrery.Retail.Pipelines;
using StackExchange.Redis;

namespace Orrery.Cli.Retail.Warehouse;

/// <summary>
/// Every result: the views beside the same SQL run as a batch over the source, which the server does, and all places that sinks write, row for row, beside the views. Nobody writes meanwhile: what is under way arrives, so it
/// looks again until all are equal or patience ends.
/// </summary>
sealed class ResultComparison(ServerCheck check, VerifiedRows views, IReadOnlyList<IResultPlace> places, TimeProvider time)
{
    const int RowsShown = 3;
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>The lines that say how it stands, and whether all are equal.</summary>
    public async Task<(bool IsEqual, IReadOnlyList<string> Lines)> RunAsync(ApiSession api, string tenant, TimeSpan patience, CancellationToken cancellationToken)
    {
        string[] names = [.. RetailPipelines.Results.Select(static result => result.Name)];
        long started = time.GetTimestamp();
        while (true)
        {
            TimeSpan left = patience - time.GetElapsedTime(started);
            bool isLast = left <= TimeSpan.Zero;
            try
            {
                CheckedResults compared = await check.RunAsync(names, left, cancellationToken);
                (bool isEqual, List<string> lines) = await LookAsync(compared, await ShapesAsync(api, tenant, cancellationToken), cancellationToken);
                if (isEqual || isLast)
                    return (isEqual, lines);
            }
            catch (Exception away) when (!isLast && away is ApiRefusedException or DbException or RedisException or TimeoutException or IOException)
            {
                // What was killed last may not be back.
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    async Task<(bool IsEqual, List<string> Lines)> LookAsync(CheckedResults compared, IReadOnlyDictionary<string, ResultShape> shapes, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        bool isEqual = true;
        foreach (PipelineStatement result in RetailPipelines.Results)
        {
            if (!shapes.TryGetValue(result.Name, out ResultShape? shape))
                return (false, [$"DIFFERS  {result.Name} is not there."]);
            List<string> expected = await views.ReadAsync(result.Name, shape.Columns.Count, cancellationToken);
            CheckedResult view = compared[result.Name];
            var differences = new List<string>();
            if (!view.IsEqual)
                differences.Add($"    view has {view.Rows:N0} rows");
            differences.AddRange(view.Reasons.Select(static reason => $"    in the view  {reason}"));
            var names = new List<string> { "view" };
            foreach (IResultPlace place in places.Where(place => place.Holds(shape)))
            {
                names.Add(place.Name);
                List<string> actual = await place.ReadAsync(shape, cancellationToken);
                actual.Sort(StringComparer.Ordinal);
                if (expected.SequenceEqual(actual))
                    continue;
                differences.Add($"    {place.Name} has {actual.Count:N0} rows");
                differences.AddRange(Missing(expected, actual).Take(RowsShown).Select(row => $"    missing in {place.Name}  {row}"));
                differences.AddRange(Missing(actual, expected).Take(RowsShown).Select(row => $"    surplus in {place.Name}  {row}"));
            }

            bool isSame = view.IsEqual && differences.Count == 0;
            isEqual &= isSame;
            lines.Add($"{(isSame ? "equal  " : "DIFFERS")}  {result.Name,-36} {view.RowsExpected,9:N0} rows   {string.Join(", ", names)}");
            lines.AddRange(differences);
        }

        lines.Add(compared.Place);
        return (isEqual, lines);
    }

    static async Task<IReadOnlyDictionary<string, ResultShape>> ShapesAsync(ApiSession api, string tenant, CancellationToken cancellationToken)
    {
        JsonElement relations = await api.SendAsync(HttpMethod.Get, $"tenants/{Uri.EscapeDataString(tenant)}/sql/relations", null, cancellationToken);
        return relations.EnumerateArray().Select(static relation => new ResultShape(relation.GetProperty("name").GetString()!,
            [.. relation.GetProperty("columns").EnumerateArray().Select(static column => new ResultColumn(column.GetProperty("name").GetString()!, column.GetProperty("type").GetString()!))]))
            .ToDictionary(static shape => shape.Name, StringComparer.Ordinal);
    }

    /// <summary>What of the one is not in the other; rows may repeat.</summary>
    static IEnumerable<string> Missing(List<string> of, List<string> other)
    {
        Dictionary<string, int> counts = other.CountBy(static row => row).ToDictionary();
        foreach (string row in of)
            if (counts.GetValueOrDefault(row) is > 0 and var count)
                counts[row] = count - 1;
            else
                yield return row;
    }
}
