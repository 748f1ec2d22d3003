using System.Net;
using Microsoft.Extensions.Options;

namespace Orrery.WebApi.Access;

/// <summary>Folds remote addresses into a fixed number of buckets. An IPv6 caller owns a whole /64, so only that part counts.</summary>
internal sealed class AddressBuckets(IOptions<OrreryApiOptions> options)
{
    public int Of(HttpContext http)
    {
        IPAddress? address = http.Connection.RemoteIpAddress;
        if (address is null)
            return 0;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        var hash = new HashCode();
        hash.AddBytes(bytes[..Math.Min(length, 8)]);
        return (int)((uint)hash.ToHashCode() % (uint)options.Value.AddressBuckets);
    }
}
