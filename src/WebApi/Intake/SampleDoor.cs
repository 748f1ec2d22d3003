using Microsoft.Extensions.ObjectPool;
using Microsoft.Extensions.Options;
using Orrery.WebApi.Access;
using Orrery.WebApi.Errors;

namespace Orrery.WebApi.Intake;

/// <summary>The doors through which samples come in: own batches and Prometheus remote-write.</summary>
internal sealed partial class SampleDoor(SeriesDirectory directory, IntakeDispatch dispatch, IOptions<OrreryApiOptions> options, ILogger<SampleDoor> logger)
{
    readonly ObjectPool<IntakeWork> works = new DefaultObjectPool<IntakeWork>(new WorkPolicy());
    readonly OrreryApiOptions bounds = options.Value;

    /// <summary>Takes a batch of the own format.</summary>
    public async Task<OutcomeView> TakeAsync(HttpContext http, Caller caller)
    {
        int minute = directory.Minute;
        KeyIntake key = directory.Of(caller.Identity.Key!, minute);
        IntakeWork work = works.Get();
        try
        {
            work.Begin(bounds);
            using (PooledBody body = await PooledBody.ReadAsync(http.Request, key, bounds.UnpackedBytesMax, bounds.BodyTimeout))
                new SampleJsonReader(body.Span, key, work, bounds, minute).Read();
            (long accepted, long duplicate) = await dispatch.SendAsync(caller, key, work, minute);
            if (work.Drops.Total > 0)
                LogDropped(key.Info.Id, work.Drops.Total, work.Drops.ToString());
            return new OutcomeView(accepted, duplicate, work.Drops.ToViews());
        }
        finally
        {
            works.Return(work);
        }
    }

    /// <summary>Takes a remote-write request of Prometheus.</summary>
    public async Task TakeRemoteWriteAsync(HttpContext http, Caller caller)
    {
        CheckRemoteWrite(http.Request);
        int minute = directory.Minute;
        KeyIntake key = directory.Of(caller.Identity.Key!, minute);
        IntakeWork work = works.Get();
        try
        {
            work.Begin(bounds);
            using (PooledBody packed = await PooledBody.ReadAsync(http.Request, key, bounds.BodyBytesMax, bounds.BodyTimeout))
                Unpack(packed.Span, key, work, minute);
            (long accepted, long duplicate) = await dispatch.SendAsync(caller, key, work, minute);
            if (work.Drops.Total > 0)
            {
                LogDropped(key.Info.Id, work.Drops.Total, work.Drops.ToString());
                http.Response.Headers["X-Orrery-Dropped"] = work.Drops.Total.ToString(System.Globalization.CultureInfo.InvariantCulture);
                if (accepted + duplicate == 0)
                    throw new RefusedException(StatusCodes.Status400BadRequest, $"None of the {work.Drops.Total} samples could be taken: {work.Drops}.");
            }
            http.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        finally
        {
            works.Return(work);
        }
    }

    void Unpack(ReadOnlySpan<byte> packed, KeyIntake key, IntakeWork work, int minute)
    {
        int length = Snappy.ReadLength(packed, bounds.UnpackedBytesMax, out int position);
        using PooledBody unpacked = PooledBody.Rent(key, length);
        Snappy.Unpack(packed, position, unpacked.Writable);
        new RemoteWriteReader(key, work, bounds, minute).Read(unpacked.Span);
    }

    static void CheckRemoteWrite(HttpRequest request)
    {
        if (request.Headers.ContentEncoding != "snappy")
            throw new RefusedException(StatusCodes.Status415UnsupportedMediaType, "Remote-write bodies are packed by snappy: send Content-Encoding: snappy.");
        if (request.ContentType is not { } type || !type.StartsWith("application/x-protobuf", StringComparison.OrdinalIgnoreCase)
            || (type.Contains("proto=", StringComparison.OrdinalIgnoreCase) && !type.Contains("prometheus.WriteRequest", StringComparison.Ordinal)))
            throw new RefusedException(StatusCodes.Status415UnsupportedMediaType, "Only remote-write 1.0 is taken: send Content-Type: application/x-protobuf without another message's name.");
    }

    [LoggerMessage(EventId = 4100, Level = LogLevel.Warning, Message = "Dropped {Count} samples of API key {Key}: {Reasons}.")]
    partial void LogDropped(string key, long count, string reasons);

    sealed class WorkPolicy : PooledObjectPolicy<IntakeWork>
    {
        public override IntakeWork Create() => new();

        public override bool Return(IntakeWork work)
        {
            work.Clear();
            return true;
        }
    }
}
