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
}
