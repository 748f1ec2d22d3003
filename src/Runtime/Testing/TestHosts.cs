using Microsoft.Extensions.Hosting;

namespace Orrery.Runtime.Testing;

internal static class TestHosts
{
    public static async Task DisposeOfAsync(this IHost host)
    {
        if (host is IAsyncDisposable asynchronous)
            await asynchronous.DisposeAsync();
        else
            host.Dispose();
    }
}
