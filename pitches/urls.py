app_name = "pitches"

urlpatterns = []
