namespace Orrery.Grains.Sql.Sinks;

/// <summary>How sinks over HTTP reach their receivers.</summary>
static class SinkHttp
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>A client that follows no redirects: what an allowed host points to elsewhere was not allowed.</summary>
    public static HttpClient Client() => new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Patience };
}
