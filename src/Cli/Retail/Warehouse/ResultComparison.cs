using System.Data.Common;
using System.Text.Json;
using Orrery.Cli.Management;
using Orrery.Retail.Pipelines;
using StackExchange.Redis;

namespace Orrery.Cli.Retail.Warehouse;

/// <summary>
/// Every result, row for row, in all places where it is, beside the same SQL run as a batch over the source. Nobody writes meanwhile: what is under way arrives, so it looks again until all are equal or patience
/// ends.
/// </summary>
sealed class ResultComparison(IReadOnlyList<IResultPlace> places, TimeProvider time)
{
    const int RowsShown = 3;
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>The lines that say how it stands, and whether all are equal.</summary>
    public async Task<(bool IsEqual, IReadOnlyList<string> Lines)> RunAsync(BatchSide batch, ApiSession api, string tenant, TimeSpan patience, CancellationToken cancellationToken)
    {
        await batch.ComputeAsync(RetailPipelines.Views, cancellationToken);
        long started = time.GetTimestamp();
        while (true)
        {
            bool isLast = time.GetElapsedTime(started) >= patience;
            try
            {
                (bool isEqual, List<string> lines) = await LookAsync(batch, await ShapesAsync(api, tenant, cancellationToken), cancellationToken);
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

    async Task<(bool IsEqual, List<string> Lines)> LookAsync(BatchSide batch, IReadOnlyDictionary<string, ResultShape> shapes, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        bool isEqual = true;
        foreach (PipelineStatement result in RetailPipelines.Results)
        {
            if (!shapes.TryGetValue(result.Name, out ResultShape? shape))
                return (false, [$"DIFFERS  {result.Name} is not there."]);
            (List<string> expected, _) = await batch.RowsAsync(result.Name, cancellationToken);
            var differences = new List<string>();
            var names = new List<string>();
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

            isEqual &= differences.Count == 0;
            lines.Add($"{(differences.Count == 0 ? "equal  " : "DIFFERS")}  {result.Name,-36} {expected.Count,9:N0} rows   {string.Join(", ", names)}");
            lines.AddRange(differences);
        }

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
    public static IEnumerable<string> Missing(List<string> of, List<string> other)
    {
        Dictionary<string, int> counts = other.CountBy(static row => row).ToDictionary();
        foreach (string row in of)
            if (counts.GetValueOrDefault(row) is > 0 and var count)
                counts[row] = count - 1;
            else
                yield return row;
    }
}
