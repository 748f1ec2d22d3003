using System.Net;
using System.Security.Cryptography;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Orrery.Connectors.ObjectStores;

/// <summary>
/// Objects in a bucket that speaks S3. Every write carries its length, its MD5 and its signed SHA-256, so the store refuses what arrives
/// damaged; chunked signing is off, because stores other than AWS keep its framing as content. A move is a copy on the store's side, then a delete.
/// </summary>
public sealed class S3ObjectStore : IObjectStore
{
    readonly S3Options options;
    readonly AmazonS3Client client;

    /// <exception cref="ArgumentException">The options cannot be used.</exception>
    public S3ObjectStore(S3Options options)
    {
        options.Validate();
        this.options = options;
        var config = new AmazonS3Config
        {
            AuthenticationRegion = options.Region,
            ForcePathStyle = options.PathStyle,
            Timeout = options.Timeout,
            MaxErrorRetry = options.RetriesMax,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.Endpoint is { } endpoint)
            config.ServiceURL = endpoint.AbsoluteUri;
        else
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        client = new AmazonS3Client(new BasicAWSCredentials(options.AccessKey, options.SecretKey), config);
    }

    /// <inheritdoc/>
    public string Address => $"bucket {options.Bucket} of {options.Endpoint?.Authority ?? "AWS " + options.Region}";

    /// <inheritdoc/>
    public async ValueTask<ObjectPage> ListAsync(string prefix, string? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        try
        {
            ListObjectsV2Response answer = await client.ListObjectsV2Async(
                new ListObjectsV2Request { BucketName = options.Bucket, Prefix = options.Prefix + prefix, StartAfter = after is null ? null : options.Prefix + after, MaxKeys = limit },
                cancellationToken);
            ObjectEntry[] entries = [.. (answer.S3Objects ?? []).Select(found => new ObjectEntry(found.Key[options.Prefix.Length..], found.Size ?? 0, Utc(found.LastModified)))];
            return new ObjectPage(entries, answer.IsTruncated ?? false);
        }
        catch (Exception error) when (IsTrouble(error))
        {
            throw Failed("list", prefix + "*", error);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ObjectEntry?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        try
        {
            GetObjectMetadataResponse answer = await client.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = options.Bucket, Key = KeyOf(name) }, cancellationToken);
            return new ObjectEntry(name, answer.ContentLength, Utc(answer.LastModified));
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (Exception error) when (IsTrouble(error))
        {
            throw Failed("look for", name, error);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Stream> OpenReadAsync(string name, CancellationToken cancellationToken = default)
    {
        try
        {
            GetObjectResponse answer = await client.GetObjectAsync(new GetObjectRequest { BucketName = options.Bucket, Key = KeyOf(name) }, cancellationToken);
            return answer.ResponseStream;
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotFound)
        {
            throw new ObjectMissingException(name, Address, error);
        }
        catch (Exception error) when (IsTrouble(error))
        {
            throw Failed("open", name, error);
        }
    }

    /// <inheritdoc/>
    public async ValueTask PutAsync(string name, Stream content, CancellationToken cancellationToken = default) =>
        await WriteAsync(name, content, onlyIfAbsent: false, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<bool> PutIfAbsentAsync(string name, Stream content, CancellationToken cancellationToken = default)
    {
        if (!options.ConditionalWrites && await FindAsync(name, cancellationToken) is not null)
            return false;
        return await WriteAsync(name, content, options.ConditionalWrites, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask MoveAsync(string from, string to, CancellationToken cancellationToken = default)
    {
        try
        {
            await client.CopyObjectAsync(
                new CopyObjectRequest { SourceBucket = options.Bucket, SourceKey = KeyOf(from), DestinationBucket = options.Bucket, DestinationKey = KeyOf(to) }, cancellationToken);
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotFound)
        {
            throw new ObjectMissingException(from, Address, error);
        }
        catch (Exception error) when (IsTrouble(error))
        {
            throw Failed($"copy to '{to}'", from, error);
        }

        await DeleteAsync(from, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        try
        {
            await client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = options.Bucket, Key = KeyOf(name) }, cancellationToken);
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotFound)
        {
            return;
        }
        catch (Exception error) when (IsTrouble(error))
        {
            throw Failed("delete", name, error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    async ValueTask<bool> WriteAsync(string name, Stream content, bool onlyIfAbsent, CancellationToken cancellationToken)
    {
        long start = content.Position;
        byte[] digest = await MD5.HashDataAsync(content, cancellationToken);
        content.Position = start;
        var request = new PutObjectRequest
        {
            BucketName = options.Bucket,
            Key = KeyOf(name),
            InputStream = content,
            AutoCloseStream = false,
            AutoResetStreamPosition = false,
            UseChunkEncoding = false,
            MD5Digest = Convert.ToBase64String(digest),
            IfNoneMatch = onlyIfAbsent ? "*" : null,
        };
        try
        {
            await client.PutObjectAsync(request, cancellationToken);
            return true;
        }
        catch (AmazonS3Exception error) when (onlyIfAbsent && error.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            return false;
        }
        catch (Exception error) when (IsTrouble(error))
        {
            throw Failed("write", name, error);
        }
    }

    string KeyOf(string name) => options.Prefix + ObjectName.Check(name);

    static DateTimeOffset Utc(DateTime? at) => at is { } time ? new DateTimeOffset(time.ToUniversalTime(), TimeSpan.Zero) : DateTimeOffset.UnixEpoch;

    static bool IsTrouble(Exception error) => error is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or TimeoutException;

    ObjectStoreException Failed(string what, string name, Exception error)
    {
        var answered = error as AmazonServiceException;
        bool refused = answered is { StatusCode: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and not HttpStatusCode.RequestTimeout and not HttpStatusCode.TooManyRequests and not HttpStatusCode.Conflict };
        string why = answered is { ErrorCode.Length: > 0 } ? $"{(int)answered.StatusCode} {answered.ErrorCode}: {answered.Message}" : error.Message;
        return new ObjectStoreException($"Could not {what} object '{name}' in {Address}: {why}", mayPass: !refused, error);
    }
}
