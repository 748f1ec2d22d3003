using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Orrery.WebApi.Access;

/// <summary>Counts wrong passwords, tokens and keys by the address they came from, so that guessing costs time and wakes few grains.</summary>
internal sealed class FailedSignIns(IOptions<OrreryApiOptions> options, AddressBuckets buckets) : IDisposable
{
    readonly PartitionedRateLimiter<int> limiter = PartitionedRateLimiter.Create<int, int>(bucket => RateLimitPartition.GetTokenBucketLimiter(bucket, _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = options.Value.FailedSignInsPerMinute,
        TokensPerPeriod = Math.Max(1, options.Value.FailedSignInsPerMinute / 6),
        ReplenishmentPeriod = TimeSpan.FromSeconds(10),
        QueueLimit = 0,
    }));

    /// <summary>Whether the address has used up its wrong guesses.</summary>
    public bool AreTooMany(HttpContext http) => limiter.GetStatistics(buckets.Of(http))?.CurrentAvailablePermits == 0;

    public void Count(HttpContext http) => limiter.AttemptAcquire(buckets.Of(http)).Dispose();

    public void Dispose() => limiter.Dispose();
}
