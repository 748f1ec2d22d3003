using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Channels;

/// <summary>Checks where files may be read and written, before anything is opened.</summary>
static class StoreAddresses
{
    /// <exception cref="InvalidInputException">The address cannot be read, or is not allowed.</exception>
    public static void Check(string field, string address, ChannelOptions options)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri))
            throw new InvalidInputException(field, "The store's address cannot be read. Write file:///folder, s3://bucket/prefix?endpoint=.. or webhdfs://host:port/path.");
        switch (uri.Scheme)
        {
            case "file":
                string folder = Path.GetFullPath(uri.LocalPath);
                string[] roots = [.. options.Folders, .. options.LakeFolder.Length > 0 ? [options.LakeFolder] : Array.Empty<string>()];
                if (!roots.Any(root => IsBelow(folder, Path.GetFullPath(root))))
                    throw new InvalidInputException(field, $"The folder '{folder}' is not below one that channels may use. An administrator can allow it with Orrery:Channels:Folders.");
                break;
            case "s3":
                string? endpoint = System.Web.HttpUtility.ParseQueryString(uri.Query)["endpoint"];
                if (!Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? host))
                    throw new InvalidInputException(field, "The S3 store names no endpoint: add ?endpoint=https://host to its address.");
                ChannelSpecs.CheckHost(field, host.Host, options);
                break;
            case "webhdfs":
                ChannelSpecs.CheckHost(field, uri.Host, options);
                break;
            default:
                throw new InvalidInputException(field, $"'{uri.Scheme}' is no kind of store; there are file, s3 and webhdfs.");
        }
    }

    static bool IsBelow(string folder, string root) => folder == root || folder.StartsWith(root.TrimEnd('/') + "/", StringComparison.Ordinal);
}
