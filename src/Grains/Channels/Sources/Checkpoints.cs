using System.Globalization;
using System.Text.Json;

namespace Orrery.Grains.Channels.Sources;

/// <summary>Checkpoints are their source's affair; people want to see where in the database's log it stands.</summary>
static class Checkpoints
{
    const int LengthMax = 100;

    /// <summary>File and position, or the log's position, or the version of the changes; else the beginning of the text.</summary>
    public static string ForPeople(string checkpoint)
    {
        if (checkpoint.StartsWith('{'))
        {
            using JsonDocument document = JsonDocument.Parse(checkpoint);
            if (document.RootElement.TryGetProperty("file", out JsonElement file) && document.RootElement.TryGetProperty("offset", out JsonElement offset))
                return string.Create(CultureInfo.InvariantCulture, $"{file.GetString()}:{offset.GetInt64()}");
            if (document.RootElement.TryGetProperty("Lsn", out JsonElement lsn))
                return lsn.ToString();
            if (document.RootElement.TryGetProperty("version", out JsonElement version) && version.ValueKind == JsonValueKind.Number)
                return version.ToString();
        }

        return checkpoint.Length <= LengthMax ? checkpoint : checkpoint[..LengthMax];
    }

    /// <summary>Up to where a source of MySQL's log has given everything; null: the text is of another kind of source.</summary>
    public static SourceReach? ReachOf(string checkpoint)
    {
        if (!checkpoint.StartsWith('{'))
            return null;
        using JsonDocument document = JsonDocument.Parse(checkpoint);
        return document.RootElement.TryGetProperty("file", out _) && document.RootElement.TryGetProperty("end", out JsonElement end) && document.RootElement.TryGetProperty("pending", out JsonElement pending)
            ? new SourceReach(end.GetInt64(), pending.GetArrayLength())
            : null;
    }
}
