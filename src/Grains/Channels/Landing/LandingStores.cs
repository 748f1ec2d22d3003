using System.Collections.Specialized;
using System.Web;
using Microsoft.Extensions.Options;
using Orrery.Connectors.Hdfs;
using Orrery.Connectors.ObjectStores;
using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Channels.Landing;

/// <summary>Opens stores by their addresses, after they were checked again against what the administrator allows now.</summary>
sealed class LandingStores(IOptions<ChannelOptions> options, TimeProvider time, ObjectStoreInstruments instruments) : ILandingStores
{
    public IObjectStore Open(string address)
    {
        if (address.Length == 0)
            return Measured(new FolderObjectStore(options.Value.LakeFolder, time), "folder");
        StoreAddresses.Check("store", address, options.Value);
        var uri = new Uri(address);
        return uri.Scheme switch
        {
            "file" => Measured(new FolderObjectStore(uri.LocalPath, time), "folder"),
            "s3" => Measured(new S3ObjectStore(S3(uri)), "s3"),
            "webhdfs" => Measured(
                new WebHdfsObjectStore(new WebHdfsOptions { Address = new Uri($"http://{uri.Authority}"), Directory = uri.AbsolutePath, User = HttpUtility.ParseQueryString(uri.Query)["user"] ?? "" }, time), "webhdfs"),
            _ => throw new InvalidInputException("store", $"'{uri.Scheme}' is no kind of store; there are file, s3 and webhdfs."),
        };
    }

    MeasuredObjectStore Measured(IObjectStore store, string kind) => new(store, kind, time, instruments);

    static S3Options S3(Uri uri)
    {
        NameValueCollection query = HttpUtility.ParseQueryString(uri.Query);
        return new S3Options
        {
            Endpoint = new Uri(query["endpoint"]!),
            Region = query["region"] ?? "us-east-1",
            Bucket = uri.Host,
            Prefix = uri.AbsolutePath.Trim('/'),
            AccessKey = query["key"] ?? "",
            SecretKey = query["secret"] ?? "",
            PathStyle = query["style"] == "path",
        };
    }
}
