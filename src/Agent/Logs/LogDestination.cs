using Orrery.Connectors.Hdfs;
using Orrery.Connectors.ObjectStores;

namespace Orrery.Agent.Logs;

/// <summary>Where log batches go: at most one object store or channel, and the door for the newest lines.</summary>
public sealed record LogDestination
{
    /// <summary>A bucket; null: none.</summary>
    public S3Options? S3 { get; init; }

    /// <summary>A directory of HDFS; null: none.</summary>
    public WebHdfsOptions? Hdfs { get; init; }

    /// <summary>A folder, such as a share that the collector reads too; null: none.</summary>
    public string? Folder { get; init; }

    /// <summary>The id of a channel of the site's tenant, with the source kind <c>agents</c>: batches go straight to the API, accounted for as in a store; null: to none.</summary>
    public string? Channel { get; init; }

    /// <summary>Under which names in the store. Default <c>logs</c>; empty: at its root.</summary>
    public string Prefix { get; init; } = "logs";

    /// <summary>Whether lines also go through the door for a server's newest lines. Default true.</summary>
    public bool NewestLines { get; init; } = true;

    /// <summary>Adds what is wrong to a list.</summary>
    public void Validate(List<string> errors)
    {
        int stores = (S3 is null ? 0 : 1) + (Hdfs is null ? 0 : 1) + (Folder is null ? 0 : 1) + (Channel is null ? 0 : 1);
        if (stores > 1)
            errors.Add($"log batches have {stores} stores, at most one of s3, hdfs, folder and channel can be");
        if (stores == 0 && !NewestLines)
            errors.Add("log batches go nowhere: name a store or a channel, or leave newestLines on");
        if (Channel is { } channel && (channel.Length is 0 or > 64 || !channel.All(static letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '.' or '-' or '_')))
            errors.Add($"the channel '{(channel.Length > 64 ? channel[..64] : channel)}' is no id of one: 1 to 64 of a-z, 0-9, '.', '-', '_'");
        try
        {
            S3?.Validate();
            Hdfs?.Validate();
            if (Prefix.Length > 0)
                ObjectName.Check(Prefix);
        }
        catch (ArgumentException error)
        {
            errors.Add(error.Message);
        }
    }
}
