namespace Orrery.WebApi.Errors;

/// <summary>The HTTP edge itself refuses a request.</summary>
internal sealed class RefusedException(int status, string detail) : Exception(detail)
{
    public Refusal Refusal { get; } = new(status, detail);
}
