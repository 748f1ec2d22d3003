using System.Globalization;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;
using Orrery.WebApi.Access;
using Orrery.WebApi.Errors;
using Orrery.WebApi.Servers;

namespace Orrery.WebApi.Metrics;

/// <summary>Asks many servers for their series and writes one answer.</summary>
/// <remarks>
/// The servers are cut into a few runs. Each run is asked and turned into text by one worker, so that grains compute on one core while the text of others
/// is written on the next; the texts are then sent in the order of servers. Nothing is sent before all servers have answered, so a failure is still a problem answer.
/// </remarks>
internal sealed class RangeQuery(IOptions<OrreryApiOptions> options, TimeProvider time) : IDisposable
{
    const int QueueFactor = 8;

    readonly ConcurrencyLimiter turns = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.Value.QueriesAtOnceMax,
        QueueLimit = options.Value.QueriesAtOnceMax * QueueFactor,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    public async Task AnswerAsync(HttpContext http, Caller caller, QueryParameters parameters)
    {
        IReadOnlyList<SeriesQuery> queries = parameters.Check(options.Value, time);
        IReadOnlyList<string> servers = await ServerScope.ListAsync(caller, parameters.Server, parameters.Site, parameters.Tenant);
        using RateLimitLease turn = await turns.AcquireAsync(1, http.RequestAborted);
        if (!turn.IsAcquired)
            throw new RefusedException(StatusCodes.Status503ServiceUnavailable, $"{options.Value.QueriesAtOnceMax} queries run and {options.Value.QueriesAtOnceMax * QueueFactor} wait. Try again.");
        var run = new Run(caller, queries, http.RequestAborted);
        int workers = Math.Min(servers.Count, 4 * Environment.ProcessorCount);
        var texts = new PooledText[workers];
        try
        {
            await Task.WhenAll(Enumerable.Range(0, workers).Select(worker =>
            {
                texts[worker] = new PooledText();
                return Task.Run(() => run.WorkAsync(servers, servers.Count * worker / workers, servers.Count * (worker + 1) / workers, texts[worker]));
            }));
            await SendAsync(http, queries[0], run.Resolution, texts);
        }
        finally
        {
            foreach (PooledText? text in texts)
                text?.Dispose();
        }
    }

    public void Dispose() => turns.Dispose();

    static async Task SendAsync(HttpContext http, SeriesQuery query, string resolution, PooledText[] texts)
    {
        texts.LastOrDefault(text => text.Length > 0)?.TakeBack(1);
        long points = (query.EndMilliseconds - query.StartMilliseconds) / query.StepMilliseconds + 1;
        byte[] head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{{\"start\":{query.StartMilliseconds},\"step\":{query.StepMilliseconds},\"points\":{points},\"resolution\":\"{resolution}\",\"series\":["));
        byte[] tail = "]}"u8.ToArray();
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = head.Length + texts.Sum(text => text.Length) + tail.Length;
        await http.Response.Body.WriteAsync(head, http.RequestAborted);
        foreach (PooledText text in texts)
            await text.CopyToAsync(http.Response.Body, http.RequestAborted);
        await http.Response.Body.WriteAsync(tail, http.RequestAborted);
    }

    /// <summary>One query under way.</summary>
    sealed class Run(Caller caller, IReadOnlyList<SeriesQuery> queries, CancellationToken cancelled)
    {
        static readonly string[] Resolutions = ["raw", "1m", "1h"];
        int series;
        int coarsest;

        public string Resolution => Resolutions[coarsest];

        public async Task WorkAsync(IReadOnlyList<string> servers, int from, int to, PooledText text)
        {
            for (int i = from; i < to; i++)
            {
                cancelled.ThrowIfCancellationRequested();
                var seen = queries.Count > 1 ? new HashSet<string>() : null;
                foreach (SeriesQuery query in queries)
                {
                    SeriesResult result = await caller.OfServerKey<IServerHealthGrain>(servers[i]).Query(query);
                    Count(query, result);
                    SeriesText.WriteSeries(text, servers[i], result, seen is null ? null : points => seen.Add(NameOf(points)));
                }
            }
        }

        void Count(SeriesQuery query, SeriesResult result)
        {
            if (Interlocked.Add(ref series, result.Series.Count) > query.SeriesMax)
                throw new LimitReachedException($"More than {query.SeriesMax} series match. Name more labels, one server or site, a longer step or a shorter range.");
            int resolution = Array.IndexOf(Resolutions, result.Resolution);
            for (int seen = coarsest; resolution > seen; seen = coarsest)
                Interlocked.CompareExchange(ref coarsest, resolution, seen);
        }

        static string NameOf(SeriesPoints points) => string.Join('\u0001', points.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}\u0002{label.Value}"));
    }
}
