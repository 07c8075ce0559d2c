namespace Irsa.Credentials.Failures;

internal static class ExceptionChain
{
    /// <summary>The outermost of its causes, itself included, that is of a kind.</summary>
    public static T? Find<T>(this Exception? exception)
        where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T found)
            {
                return found;
            }
        }

        return null;
    }
}
