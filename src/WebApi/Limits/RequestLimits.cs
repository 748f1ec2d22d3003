using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using Orrery.WebApi.Access;
using Orrery.WebApi.Errors;

namespace Orrery.WebApi.Limits;

/// <summary>How often each person, key and address may ask. Partitions are bounded: people and keys exist, addresses fall into buckets.</summary>
internal static class RequestLimits
{
    static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    public static void AddRequestLimits(this IServiceCollection services)
    {
        services.AddRateLimiter(_ => { });
        services.AddSingleton<IConfigureOptions<RateLimiterOptions>>(provider => new ConfigureOptions<RateLimiterOptions>(limiter =>
            Configure(limiter, provider.GetRequiredService<IOptions<OrreryApiOptions>>().Value, provider.GetRequiredService<AddressBuckets>())));
    }

    static void Configure(RateLimiterOptions limiter, OrreryApiOptions bounds, AddressBuckets buckets)
    {
        PartitionedRateLimiter<HttpContext> rate = PartitionedRateLimiter.Create<HttpContext, string>(http => (http.User as CallerPrincipal)?.Caller switch
        {
            { Key: not null } key => Bucket(key.Name, bounds.KeyRequestsPerMinute, bounds.KeyRequestsBurst),
            { } person => Bucket(person.Name, bounds.PersonRequestsPerMinute, bounds.PersonRequestsBurst),
            // Liveness must answer however busy its neighbours are.
            null when http.GetEndpoint()?.Metadata.GetMetadata<Unlimited>() is not null => RateLimitPartition.GetNoLimiter(""),
            null => Bucket(buckets.Of(http).ToString(CultureInfo.InvariantCulture), bounds.AddressRequestsPerMinute, bounds.AddressRequestsPerMinute),
        });
        PartitionedRateLimiter<HttpContext> atOnce = PartitionedRateLimiter.Create<HttpContext, string>(http => (http.User as CallerPrincipal)?.Caller is { Key: not null } key && http.GetEndpoint()?.Metadata.GetMetadata<LongWait>() is null
            ? RateLimitPartition.GetConcurrencyLimiter(key.Name, _ => new ConcurrencyLimiterOptions { PermitLimit = bounds.KeyRequestsAtOnceMax, QueueLimit = 0 })
            : RateLimitPartition.GetNoLimiter(""));
        PartitionedRateLimiter<HttpContext> publicWrites = PartitionedRateLimiter.Create<HttpContext, string>(http => http.GetEndpoint()?.Metadata.GetMetadata<PublicWrite>() is not null
            ? Bucket(buckets.Of(http).ToString(CultureInfo.InvariantCulture), bounds.PublicWritesPerMinute, bounds.PublicWritesPerMinute)
            : RateLimitPartition.GetNoLimiter(""));
        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(rate, atOnce, publicWrites);
        limiter.OnRejected = RejectAsync;
    }

    static RateLimitPartition<string> Bucket(string name, int perMinute, int burst) => RateLimitPartition.GetTokenBucketLimiter(name, _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = burst,
        TokensPerPeriod = Math.Max(1, perMinute / 60),
        ReplenishmentPeriod = Period,
        QueueLimit = 0,
    });

    static async ValueTask RejectAsync(OnRejectedContext context, CancellationToken cancellationToken)
    {
        HttpContext http = context.HttpContext;
        // Prometheus throws away what a 429 refuses and sends again what a 503 refuses.
        int status = http.GetEndpoint()?.Metadata.GetMetadata<RetriedOn503>() is null ? StatusCodes.Status429TooManyRequests : StatusCodes.Status503ServiceUnavailable;
        double seconds = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan after) ? Math.Max(1, Math.Ceiling(after.TotalSeconds)) : 1;
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await Problems.WriteAsync(http, http.RequestServices.GetRequiredService<IProblemDetailsService>(),
            new Refusal(status, $"Too many requests. Try again in {seconds.ToString(CultureInfo.InvariantCulture)} s."));
    }
}

/// <summary>Marks endpoints that are never refused for their rate.</summary>
internal sealed class Unlimited;

/// <summary>Marks endpoints by which anybody writes: an address is counted by a rate of their own.</summary>
internal sealed class PublicWrite;

/// <summary>Marks endpoints whose callers send again on 503 only.</summary>
internal sealed class RetriedOn503;

/// <summary>Marks endpoints whose requests wait for what comes: they do not count among those that a key has at once, only in its rate.</summary>
internal sealed class LongWait;
