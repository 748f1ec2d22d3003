using System.Globalization;

namespace Orrery.Connectors.ChangeCapture.PostgreSql;

/// <summary>Which transactions a snapshot sees, from the text of <c>pg_current_snapshot()</c>: <c>xmin:xmax:in progress</c>.</summary>
sealed class PostgreSqlSnapshotText
{
    readonly ulong xmax;
    readonly HashSet<ulong> running = [];

    public PostgreSqlSnapshotText(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length != 3 || !ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out xmax)) throw new ChangeSourceException(ChangeSourceFault.Format, $"'{text}' is no snapshot of PostgreSQL.");
        foreach (string part in parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries))
            running.Add(ulong.Parse(part, CultureInfo.InvariantCulture));
    }

    /// <summary>The transactions that had not ended.</summary>
    public IReadOnlyCollection<ulong> Running => running;

    /// <summary>The whole number of a transaction of which 32 bits are known: the nearest one to the snapshot.</summary>
    public ulong Whole(uint id)
    {
        long distance = (int)(id - (uint)xmax);
        return unchecked(xmax + (ulong)distance);
    }

    /// <summary>Whether the snapshot sees what the transaction did; true too for one that was rolled back.</summary>
    public bool Sees(ulong id) => id < xmax && !running.Contains(id);
}
